# SPDX-License-Identifier: Apache-2.0
# Completion of the signalbox command for fish.
set -l commands check decide test fmt build graph diff dump explain bench replay lsp inspect sign verify learn eval corpus
complete -c signalbox -n __fish_use_subcommand -f -a check -d 'Check policies and say what is wrong with them'
complete -c signalbox -n __fish_use_subcommand -f -a decide -d 'Decide requests with a policy'
complete -c signalbox -n __fish_use_subcommand -f -a test -d "Run a policy's own tests"
complete -c signalbox -n __fish_use_subcommand -f -a fmt -d 'Format policies'
complete -c signalbox -n __fish_use_subcommand -f -a build -d 'Compile a policy ahead of time'
complete -c signalbox -n __fish_use_subcommand -f -a graph -d 'Draw a policy'
complete -c signalbox -n __fish_use_subcommand -f -a diff -d 'Compare two policies'
complete -c signalbox -n __fish_use_subcommand -f -a dump -d 'Print what a stage of the compiler made'
complete -c signalbox -n __fish_use_subcommand -f -a explain -d 'Explain a diagnostic'
complete -c signalbox -n __fish_use_subcommand -f -a bench -d 'Measure decisions'
complete -c signalbox -n __fish_use_subcommand -f -a replay -d 'Decide a trace again'
complete -c signalbox -n __fish_use_subcommand -f -a lsp -d 'Serve an editor'
complete -c signalbox -n __fish_use_subcommand -f -a inspect -d 'Say what a compiled policy is'
complete -c signalbox -n __fish_use_subcommand -f -a sign -d 'Sign a compiled policy'
complete -c signalbox -n __fish_use_subcommand -f -a verify -d 'Check the signature of a compiled policy'
complete -c signalbox -n __fish_use_subcommand -f -a learn -d "Fit a policy's selectors to outcomes"
complete -c signalbox -n __fish_use_subcommand -f -a eval -d "Score a policy's choices by outcomes"
complete -c signalbox -n __fish_use_subcommand -l version -d 'Print the version'
complete -c signalbox -s h -l help -d 'Print help'
complete -c signalbox -n "__fish_seen_subcommand_from $commands" -l color -x -a 'auto always never' -d 'When to use colour'
complete -c signalbox -n "__fish_seen_subcommand_from $commands" -l quiet -d 'No progress and no summary'
complete -c signalbox -n "__fish_seen_subcommand_from $commands" -l jobs -x -d 'Threads'
complete -c signalbox -n "__fish_seen_subcommand_from $commands" -l stdlib -r -d 'The standard library'
complete -c signalbox -n '__fish_seen_subcommand_from check' -l format -x -a 'text json sarif github junit'
complete -c signalbox -n '__fish_seen_subcommand_from check' -l fail-level -x -a 'error warning note'
complete -c signalbox -n '__fish_seen_subcommand_from check' -l only -x
complete -c signalbox -n '__fish_seen_subcommand_from check' -l baseline -r
complete -c signalbox -n '__fish_seen_subcommand_from check' -l write-baseline -r
complete -c signalbox -n '__fish_seen_subcommand_from check' -l evidence -r
complete -c signalbox -n '__fish_seen_subcommand_from check' -l confidence -x
complete -c signalbox -n '__fish_seen_subcommand_from check' -l time-budget -x
complete -c signalbox -n '__fish_seen_subcommand_from check' -l fix
complete -c signalbox -n '__fish_seen_subcommand_from check' -l dry-run
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l reading -x
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l dialect -x -a 'chat responses messages embeddings'
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l engine -x -a 'native unoptimized interpreter'
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l lines
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l explain
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l guards
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l eager
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l no-models
complete -c signalbox -n '__fish_seen_subcommand_from decide test' -l models -rF
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l seed -x
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l state -r
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l deadline -x
complete -c signalbox -n '__fish_seen_subcommand_from test' -l format -x -a 'text json junit'
complete -c signalbox -n '__fish_seen_subcommand_from test' -l filter -x
complete -c signalbox -n '__fish_seen_subcommand_from test' -l coverage
complete -c signalbox -n '__fish_seen_subcommand_from test' -l min-coverage -x
complete -c signalbox -n '__fish_seen_subcommand_from test' -l generate
complete -c signalbox -n '__fish_seen_subcommand_from test' -s o -l output -r
complete -c signalbox -n '__fish_seen_subcommand_from test' -l live
complete -c signalbox -n '__fish_seen_subcommand_from fmt' -l check
complete -c signalbox -n '__fish_seen_subcommand_from fmt' -l stdin
complete -c signalbox -n '__fish_seen_subcommand_from build' -s o -l output -r
complete -c signalbox -n '__fish_seen_subcommand_from build' -l policy -x
complete -c signalbox -n '__fish_seen_subcommand_from build' -l emit -x -a 'shared object graph llvm-ir'
complete -c signalbox -n '__fish_seen_subcommand_from build' -l cpu -x -a 'baseline native'
complete -c signalbox -n '__fish_seen_subcommand_from build' -l sign -r
complete -c signalbox -n '__fish_seen_subcommand_from inspect verify' -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from inspect' -l verify -r
complete -c signalbox -n '__fish_seen_subcommand_from sign verify' -l key -r
complete -c signalbox -n '__fish_seen_subcommand_from graph' -s o -l output -r
complete -c signalbox -n '__fish_seen_subcommand_from graph' -l format -x -a 'svg dot json'
complete -c signalbox -n '__fish_seen_subcommand_from graph' -l policy -x
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l trace -r
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l allow -x
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l declarations
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l max-regions -x
complete -c signalbox -n '__fish_seen_subcommand_from diff' -l policy -x
complete -c signalbox -n '__fish_seen_subcommand_from dump' -l after -x -a 'tokens parse resolve lower optimize'
complete -c signalbox -n '__fish_seen_subcommand_from explain' -f -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from explain' -f -a '(signalbox explain 2>/dev/null | string match -r "^\S+")'
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l rules -x
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l selectivity -x -a 'easy hard mixed'
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l requests -x
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l seed -x
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l baseline -x -a 'none c++'
complete -c signalbox -n '__fish_seen_subcommand_from bench' -l emit -r
complete -c signalbox -n '__fish_seen_subcommand_from replay' -l format -x -a 'text json'
complete -c signalbox -n '__fish_seen_subcommand_from replay' -l expect
complete -c signalbox -n '__fish_seen_subcommand_from replay' -l out -r
complete -c signalbox -n '__fish_seen_subcommand_from replay' -l limit -x
complete -c signalbox -n '__fish_seen_subcommand_from decide' -l learned -r
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l format -x -a 'json text'
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l data -r
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l models -r
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l folds -x
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l group-by -x -a group
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l seed -x
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l dimension -x
complete -c signalbox -n '__fish_seen_subcommand_from learn' -l output -s o -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l format -x -a 'json text'
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l data -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l models -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l folds -x
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l group-by -x -a group
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l seed -x
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l dimension -x
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l learned -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l candidates -x
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l against -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l margin -x
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l curve -r
complete -c signalbox -n '__fish_seen_subcommand_from eval' -l out -r
complete -c signalbox -n '__fish_seen_subcommand_from lsp' -f -l stdio
