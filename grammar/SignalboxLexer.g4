// SPDX-License-Identifier: Apache-2.0
// The words of the language. Comments go to their own channel: the formatter and `///` docs need them.
// Most keywords are soft: the parser's rule `name` takes them wherever a name may stand.
// What is wrong here (an unknown character, an open string) is still a token, so that lexing never fails.
lexer grammar SignalboxLexer;

channels { COMMENTS }

// Soft keywords; the parser's rule `name` lists them again.
K_POLICY: 'policy';
K_SERVES: 'serves';
K_UNDER: 'under';
K_MODULE: 'module';
K_USE: 'use';
K_AS: 'as';
K_LANGUAGE: 'language';
K_PRIVATE: 'private';
K_EXTERN: 'extern';
K_PROVIDER: 'provider';
K_MODEL: 'model';
K_ATTRIBUTE: 'attribute';
K_INPUT: 'input';
K_FROM: 'from';
K_VERIFIED: 'verified';
K_CLAIM: 'claim';
K_BUDGET: 'budget';
K_PER: 'per';
K_FOR: 'for';
K_EACH: 'each';
K_TABLE: 'table';
K_BY: 'by';
K_SIGNAL: 'signal';
K_SLOT: 'slot';
K_DEFAULTS: 'defaults';
K_STRICT: 'strict';
K_TIER: 'tier';
K_FIRST: 'first';
K_BEST: 'best';
K_MARGIN: 'margin';
K_TIES: 'ties';
K_ROUTE: 'route';
K_OVER: 'over';
K_OTHERWISE: 'otherwise';
K_UNSERVED: 'unserved';
K_ALWAYS: 'always';
K_RULE: 'rule';
K_REQUIRE: 'require';
K_POSSIBLE: 'possible';
K_PLAN: 'plan';
K_GRAPH: 'graph';
K_STATE: 'state';
K_ON: 'on';
K_FEEDBACK: 'feedback';
K_TEST: 'test';
K_SCENARIO: 'scenario';
K_STEP: 'step';
K_GIVEN: 'given';
K_EXPECT: 'expect';
K_DENY: 'deny';
K_RESPOND: 'respond';
K_ESCALATE: 'escalate';
K_ONLY: 'only';
K_ADD: 'add';
K_WITHOUT: 'without';
K_WHERE: 'where';
K_AT: 'at';
K_MOST: 'most';
K_CHOOSE: 'choose';
K_UP: 'up';
K_TO: 'to';
K_NONE: 'none';
K_SPLIT: 'split';
K_ARGMAX: 'argmax';
K_SET: 'set';
K_OF: 'of';
K_ASK: 'ask';
K_PROBE: 'probe';
K_CASE: 'case';
K_ANSWER: 'answer';
K_JUDGE: 'judge';
K_MAJORITY: 'majority';
K_ACCEPT: 'accept';
K_WITH: 'with';
K_TIMES: 'times';
K_REPEAT: 'repeat';

// Hard keywords: names only after a dot or before a colon.
K_WHEN: 'when';
K_THEN: 'then';
K_IF: 'if';
K_ELSE: 'else';
K_AND: 'and';
K_OR: 'or';
K_NOT: 'not';
K_IS: 'is';
K_IN: 'in';
K_HAS: 'has';
K_ABOVE: 'above';
K_TRUE: 'true';
K_FALSE: 'false';

IDENTIFIER: (START | '_') (CONTINUE | '_')*;

// The suffix is checked when the tree is built: `[timeout, 5xx]` has labels that look like numbers.
NUMBER: '$'? DIGIT+ ('.' DIGIT+)? (START | CONTINUE | '_')* '%'? | '$' DIGIT+ ('.' DIGIT+)? '/M';
// `$5/Max`, `5.` and `.5`.
BAD_NUMBER: '$' DIGIT+ ('.' DIGIT+)? '/M' CONTINUE+ | '.' DIGIT+ | DIGIT+ ('.' DIGIT+) ('.' DIGIT+)+;

LONG_STRING: '"""' .*? '"""';
STRING: '"' (ESCAPE | ~["\\\r\n])* '"';
OPEN_LONG_STRING: '"""' (~["] | '"' ~["] | '""' ~["])* '"'? '"'?;
OPEN_STRING: '"' (ESCAPE | ~["\\\r\n])* '\\'?;

LBRACE: '{';
RBRACE: '}';
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
COMMA: ',';
COLON: ':';
ELLIPSIS: '...';
DOT: '.';
QUESTION: '?';
EQUAL: '==';
NOT_EQUAL: '!=';
LESS_EQUAL: '<=';
LESS: '<';
GREATER_EQUAL: '>=';
GREATER: '>';
ASSIGN: '=';
ARROW: '->';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';

DOC_COMMENT: '///' ~[\r\n]* -> channel(COMMENTS);
COMMENT: '//' ~[\r\n]* -> channel(COMMENTS);
SPACE: [ \t\r\n\uFEFF]+ -> skip;

// Habits of other languages: reported, then read as what was meant.
FOREIGN_AND: '&&';
FOREIGN_OR: '||';
FOREIGN_NOT: '!';
UNKNOWN: .;

fragment ESCAPE: '\\' ~[\r\n];
fragment DIGIT: [0-9];
fragment START: [\p{XID_Start}];
fragment CONTINUE: [\p{XID_Continue}];
