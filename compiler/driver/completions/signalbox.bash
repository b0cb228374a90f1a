# SPDX-License-Identifier: Apache-2.0
# Completion of the signalbox command for bash.
_signalbox() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word
  local common="--help --color --quiet --jobs --stdlib"
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in check|decide|test|fmt|build|graph|diff|dump|explain|bench|replay|lsp|inspect|sign|verify|learn|eval|corpus) command=$word; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "check decide test fmt build graph diff dump explain bench replay lsp inspect sign verify learn eval corpus --help --version --format" -- "$current"))
    return
  fi
  case $previous in
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
    --fail-level) COMPREPLY=($(compgen -W "error warning note" -- "$current")); return ;;
    --engine) COMPREPLY=($(compgen -W "native unoptimized interpreter" -- "$current")); return ;;
    --dialect) COMPREPLY=($(compgen -W "chat responses messages embeddings" -- "$current")); return ;;
    --after) COMPREPLY=($(compgen -W "tokens parse resolve lower optimize" -- "$current")); return ;;
    --emit) COMPREPLY=($(compgen -W "shared object graph llvm-ir" -- "$current")); return ;;
    --cpu) COMPREPLY=($(compgen -W "baseline native" -- "$current")); return ;;
    --selectivity) COMPREPLY=($(compgen -W "easy hard mixed" -- "$current")); return ;;
    --write-baseline) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --baseline)
      if [ "$command" = check ]; then COMPREPLY=($(compgen -f -- "$current")); else COMPREPLY=($(compgen -W "none c++" -- "$current")); fi
      return ;;
    --format)
      case $command in
        check) COMPREPLY=($(compgen -W "text json sarif github junit" -- "$current")) ;;
        graph) COMPREPLY=($(compgen -W "svg dot json" -- "$current")) ;;
        test) COMPREPLY=($(compgen -W "text json junit" -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "text json" -- "$current")) ;;
      esac
      return ;;
    --sign|--verify|--key) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --stdlib) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  if [[ $current == -* ]]; then
    local own
    case $command in
      check) own="--format --fail-level --only --baseline --write-baseline --evidence --confidence --time-budget --fix --dry-run" ;;
      decide) own="--format --reading --dialect --lines --explain --guards --engine --eager --no-models --models --seed --state --deadline --learned" ;;
      test) own="--format --filter --coverage --coverage=html --min-coverage --generate --output -o --live --models" ;;
      fmt) own="--check --stdin" ;;
      build) own="--emit --cpu --policy --sign --output -o" ;;
      inspect) own="--format --verify" ;;
      sign) own="--key" ;;
      verify) own="--format --key" ;;
      graph) own="--format --policy --output -o" ;;
      diff) own="--format --trace --allow --declarations --max-regions --policy" ;;
      dump) own="--after" ;;
      explain) own="--format" ;;
      lsp) own="--stdio" ;;
      bench) own="--format --rules --selectivity --requests --seed --baseline --emit" ;;
      replay) own="--format --expect --out --limit" ;;
      learn) own="--format --models --data --folds --group-by --seed --dimension --output -o" ;;
      eval) own="--format --models --data --folds --group-by --seed --dimension --learned --candidates --against --margin --curve --out" ;;
    esac
    COMPREPLY=($(compgen -W "$own $common" -- "$current"))
    return
  fi
  if [ "$command" = explain ]; then
    COMPREPLY=($(compgen -W "$(signalbox explain 2>/dev/null | cut -d' ' -f1)" -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -d -S / -- "$current") $(compgen -f -X '!*.@(sbx|json|jsonl|so|sbl)' -- "$current"))
}
complete -o nospace -F _signalbox signalbox
