" SPDX-License-Identifier: Apache-2.0
" Comments, and `gq` for the whole file: `gggqG` formats it as `signalbox fmt` would.
if exists("b:did_ftplugin") | finish | endif
let b:did_ftplugin = 1

setlocal comments=:///,:// commentstring=//\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal formatprg=signalbox\ fmt\ --stdin
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal suffixesadd=.sbx
let b:undo_ftplugin = "setlocal comments< commentstring< formatoptions< formatprg< expandtab< shiftwidth< softtabstop< suffixesadd<"
