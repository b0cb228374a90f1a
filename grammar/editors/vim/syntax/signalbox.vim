" SPDX-License-Identifier: Apache-2.0
" Made by grammar/editors/generate from the lexer grammar; do not edit.
if exists("b:current_syntax") | finish | endif
syn case match
syn iskeyword @,48-57,_,128-255

syn match sbxName ~\v<\k+>~
syn match sbxFunction ~\v<\k+>\(@=~
syn match sbxControl ~\v<%(when|then|if|else)>~
syn match sbxOperatorWord ~\v<%(and|or|not|is|in|has|above)>~
syn match sbxBoolean ~\v<%(true|false)>~
syn match sbxControl ~\v<%(set)>%(\s+<%(of)>)@=~
syn match sbxControl ~\v<%(accept)>%(\s+<%(when)>)@=~
syn match sbxControl ~\v<%(majority)>~
syn match sbxControl ~\v<%(of)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s*\{|\s*\[)@=~
syn match sbxControl ~\v<%(from)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s*")@=~
syn match sbxControl ~\v<%(under|as|by|over|answer|judge|with)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k)@=~
syn match sbxControl ~\v<%(where|possible|case|per)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s+\()@=~
syn match sbxControl ~\v<%(only)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s*\[)@=~
syn match sbxControl ~\v<%(ask|probe|add|without|on)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s*\[)@=~
syn match sbxControl ~\v<%(ties)>%(\s*\[)@=~
syn match sbxControl ~\v<%(argmax)>%(\s*\{)@=~
syn match sbxControl ~\v<%(split)>%(\s+\$?\d|\s*\[)@=~
syn match sbxControl ~\v<%(choose)>%(\s*\[|\s+<%(up)>)@=~
syn match sbxControl ~\v<%(escalate|verified|claim)>~
syn match sbxControl ~\v<%(respond|serves)>%(\s*")@=~
syn match sbxControl ~\v<%(deny|times|repeat|margin)>%(\s+\$?\d)@=~
syn match sbxControl ~\v<%(model)>%(\s*\=\=@!)@=~
syn match sbxDeclaration ~\v<%(require)>~
syn match sbxDeclaration ~\v<%(feedback)>%(\s*\{|\s+<%(when)>)@=~
syn match sbxDeclaration ~\v<%(defaults|always|otherwise|unserved|given|expect)>%(\s*\{)@=~
syn match sbxDeclaration ~\v<%(first|best)>%(\s*\{|\s+\()@=~
syn match sbxDeclaration ~\v<%(step)>%(\s*"|\s*\{)@=~
syn match sbxDeclaration ~\v<%(test|scenario)>%(\s*")@=~
syn match sbxDeclaration ~\v<%(language)>%(\s+\$?\d)@=~
syn match sbxDeclaration ~\v<%(use)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k|\s*")@=~
syn match sbxDeclaration ~\v<%(strict)>%(\s+<%(tier)>|\s+<%(budget)>)@=~
syn match sbxDeclaration ~\v<%(private)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k)@=~
syn match sbxDeclaration ~\v<%(extern)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k)@=~ nextgroup=sbxDeclared skipwhite
syn match sbxDeclaration ~\v<%(first|best)>%(\s+\k+\s*[{(])@=~ nextgroup=sbxDeclared skipwhite
syn match sbxDeclaration ~\v<%(model)>%(\s+\k+\s*[{(])@=~ nextgroup=sbxDeclared skipwhite
syn match sbxDeclaration ~\v<%(policy|module|provider|attribute|input|budget|table|signal|slot|tier|route|rule|plan|graph|state)>%(\s+%(<%(when|then|if|else|and|or|not|is|in|has|above|true|false)>)@!\k)@=~ nextgroup=sbxDeclared skipwhite
syn match sbxControl ~\v<%(for)>%(\s+<%(each)>)@=~
syn match sbxControl ~\v%(<%(for)>\s+)@<=<%(each)>~
syn match sbxControl ~\v<%(up)>%(\s+<%(to)>)@=~
syn match sbxControl ~\v%(<%(up)>\s+)@<=<%(to)>~
syn match sbxControl ~\v<%(at)>%(\s+<%(most)>)@=~
syn match sbxControl ~\v%(<%(at)>\s+)@<=<%(most)>~
syn match sbxControl ~\v<%(or)>%(\s+<%(none)>)@=~
syn match sbxControl ~\v%(<%(or)>\s+)@<=<%(none)>~
syn match sbxName ~\v%([=<>+*/,[(-]\s*)@<=%(<%(choose|split|argmax|set|ask|probe|case|answer|judge|majority|accept|repeat|deny|respond|escalate)>)@!<%(model|policy|serves|under|module|use|as|language|private|extern|provider|attribute|input|from|verified|claim|budget|per|for|each|table|by|signal|slot|defaults|strict|tier|first|best|margin|ties|route|over|otherwise|unserved|always|rule|require|possible|plan|graph|state|on|feedback|test|scenario|step|given|expect|deny|respond|escalate|only|add|without|where|at|most|choose|up|to|none|split|argmax|set|of|ask|probe|case|answer|judge|majority|accept|with|times|repeat)>~
syn match sbxName ~\v%(:\s*)@<=%(<%(choose|split|argmax|set|ask|probe|case|answer|judge|majority|accept|repeat|deny|respond)>)@!<%(model|policy|serves|under|module|use|as|language|private|extern|provider|attribute|input|from|verified|claim|budget|per|for|each|table|by|signal|slot|defaults|strict|tier|first|best|margin|ties|route|over|otherwise|unserved|always|rule|require|possible|plan|graph|state|on|feedback|test|scenario|step|given|expect|deny|respond|escalate|only|add|without|where|at|most|choose|up|to|none|split|argmax|set|of|ask|probe|case|answer|judge|majority|accept|with|times|repeat)>~
syn match sbxName ~\v<\k+>%(\.\k)@=~
syn match sbxProperty ~\v<\k+>%(\s*:)@=~
syn match sbxName ~\v\.@1<=\k+~
syn match sbxDeclared ~\v<\k+>~ contained

syn match sbxForeign ~\v\&\&|\|\||[&|]|!\=@!~
syn match sbxNumber ~\v\.@1<!\.\d+~
syn match sbxNumber ~\v\$?\d+%(\.\d+)?\k*\%?~
syn match sbxNumber ~\v\$\d+%(\.\d+)?/M\k*~
syn match sbxNumber ~\v<\d+%(\.\d+){2,}~
syn match sbxEscape ~\v\\%(["\\ntr]|u\{\x{1,6}\})~ contained
syn region sbxString start=~"~ skip=~\\.~ end=~\v"|%([ \t})\],]*$)@=~ contains=sbxEscape oneline
syn region sbxString start=~"""~ end=~"""~
syn match sbxComment ~\v//.*$~ contains=sbxTodo,@Spell
syn match sbxDocComment ~\v///.*$~ contains=sbxTodo,@Spell
syn keyword sbxTodo TODO FIXME contained
syn sync fromstart

hi def link sbxDeclaration Keyword
hi def link sbxControl Statement
hi def link sbxOperatorWord Operator
hi def link sbxBoolean Boolean
hi def link sbxDeclared Identifier
hi def link sbxFunction Function
hi def link sbxForeign Error
hi def link sbxNumber Number
hi def link sbxEscape SpecialChar
hi def link sbxString String
hi def link sbxComment Comment
hi def link sbxDocComment SpecialComment
hi def link sbxTodo Todo

let b:current_syntax = "signalbox"
