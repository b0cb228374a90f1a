# SPDX-License-Identifier: Apache-2.0
# Completion of the signalbox command for bash.
_signalbox() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word
  local common="--help --color --quiet --jobs --stdlib"
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in check|decide|test|fmt|build|dump|explain|bench) command=$word; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "check decide test fmt build dump explain bench --help --version --format" -- "$current"))
    return
  fi
  case $previous in
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
    --fail-level) COMPREPLY=($(compgen -W "error warning note" -- "$current")); return ;;
    --engine) COMPREPLY=($(compgen -W "native unoptimized interpreter" -- "$current")); return ;;
    --dialect) COMPREPLY=($(compgen -W "chat responses messages embeddings" -- "$current")); return ;;
    --after) COMPREPLY=($(compgen -W "parse resolve lower optimize" -- "$current")); return ;;
    --emit) COMPREPLY=($(compgen -W "shared object graph llvm-ir" -- "$current")); return ;;
    --cpu) COMPREPLY=($(compgen -W "baseline native" -- "$current")); return ;;
    --selectivity) COMPREPLY=($(compgen -W "easy hard mixed" -- "$current")); return ;;
    --baseline) COMPREPLY=($(compgen -W "none c++" -- "$current")); return ;;
    --format)
      case $command in
        check) COMPREPLY=($(compgen -W "text json sarif github junit" -- "$current")) ;;
        test) COMPREPLY=($(compgen -W "text json junit" -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "text json" -- "$current")) ;;
      esac
      return ;;
    --stdlib) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  if [[ $current == -* ]]; then
    local own
    case $command in
      check) own="--format --fail-level --only --fix --dry-run" ;;
      decide) own="--format --reading --dialect --lines --explain --guards --engine --eager --no-models --seed --deadline" ;;
      test) own="--format --filter --coverage --live" ;;
      fmt) own="--check --stdin" ;;
      build) own="--emit --cpu --policy --output -o" ;;
      dump) own="--after" ;;
      explain) own="--format" ;;
      bench) own="--format --rules --selectivity --requests --seed --baseline --emit" ;;
    esac
    COMPREPLY=($(compgen -W "$own $common" -- "$current"))
    return
  fi
  if [ "$command" = explain ]; then
    COMPREPLY=($(compgen -W "$(signalbox explain 2>/dev/null | cut -d' ' -f1)" -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -d -S / -- "$current") $(compgen -f -X '!*.@(sbx|json|jsonl)' -- "$current"))
}
complete -o nospace -F _signalbox signalbox
