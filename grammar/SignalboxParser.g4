// SPDX-License-Identifier: Apache-2.0
// How declarations, actions and expressions are put together. One rule `decl` serves every place where declarations
// stand; which kind may stand where is the business of build_ast, whose message is better than "unexpected token".
// Precedence of expressions is the order of the alternatives of `expr`, tightest first.
parser grammar SignalboxParser;

options { tokenVocab = SignalboxLexer; }

file: decl* EOF;

decl: K_PRIVATE? declaration;

declaration
  : K_LANGUAGE NUMBER                                                                        # languageDecl
  | K_POLICY name policyClause* block?                                                       # policyDecl
  | K_MODULE path parameters? block?                                                         # moduleDecl
  | K_USE (path | string) (K_AS name)?                                                       # useDecl
  | K_PROVIDER name record?                                                                  # providerDecl
  | K_MODEL name record                                                                      # modelDecl
  | K_ATTRIBUTE path COLON type                                                              # attributeDecl
  | K_INPUT path COLON type (K_FROM path arguments?)? (K_VERIFIED | K_CLAIM)? orElse?        # inputDecl
  | K_STRICT? K_BUDGET name COLON expr K_PER name forEach? orElse?                           # budgetDecl
  | K_TABLE name K_BY path columns (K_FROM string)?                                          # keyedTableDecl
  | K_TABLE name LPAREN paths RPAREN COLON type rows                                         # decisionTableDecl
  | K_SIGNAL name ASSIGN expr                                                                # signalDecl
  | K_SLOT name COLON type (ASSIGN expr)?                                                    # slotDecl
  | K_DEFAULTS actions                                                                       # defaultsDecl
  | K_STRICT? K_TIER name block                                                              # tierDecl
  | K_FIRST name? block                                                                      # firstDecl
  | K_BEST name? arguments? block                                                            # bestDecl
  | K_ROUTE name (K_WHEN expr)? actions                                                      # routeDecl
  | K_OTHERWISE actions                                                                      # otherwiseDecl
  | K_UNSERVED actions                                                                       # unservedDecl
  | K_ALWAYS block                                                                           # alwaysDecl
  | K_RULE name ruleOrder* (K_WHEN expr)? actions                                            # ruleDecl
  | K_REQUIRE K_POSSIBLE? expr (K_WHEN expr)? forEach?                                       # requireDecl
  | K_PLAN name ASSIGN planBody                                                              # planDecl
  | K_GRAPH name balanced                                                                    # graphDecl
  | K_STATE name COLON path arguments? (K_PER (path | LPAREN paths RPAREN))? record? orElse? # stateDecl
  | K_ON K_FEEDBACK (K_WHEN expr)? LBRACE (name paths)? RBRACE                               # feedbackDecl
  | K_TEST string testBody                                                                   # testDecl
  | K_SCENARIO string LBRACE scenarioItem* RBRACE                                            # scenarioDecl
  | K_EXTERN word path parameters? (COLON type)? record?                                     # externDecl
  | path K_OVER paths                                                                        # overDecl
  | name name record                                                                         # targetDecl
  ;

policyClause
  : K_UNDER path arguments?          # underClause
  | K_SERVES string (COMMA string)*  # servesClause
  ;
block: LBRACE decl* RBRACE;
forEach: K_FOR K_EACH paths;
orElse: K_OR K_ELSE expr;
ruleOrder: (K_OVER | K_UNDER) paths;
parameters: LPAREN (parameter (COMMA parameter)* COMMA?)? RPAREN;
parameter: word COLON type (ASSIGN expr)?;
columns: LBRACE column* RBRACE;
column: word COLON type COMMA?;
rows: LBRACE row* RBRACE;
row: cell+ COLON cell;
cell: STAR | MINUS? NUMBER | string | K_TRUE | K_FALSE | path | list;

type
  : LBRACE (label (COMMA label)* COMMA?)? RBRACE  # labelsType
  | K_SET K_OF type                               # setType
  | LBRACKET type RBRACKET                        # listType
  | name arguments?                               # namedType
  ;
label: word | NUMBER | string;

// ------------------------------------------------------------------------------------------------- actions

actions: LBRACE action* RBRACE;

action
  : stop                                                # stopAction
  | K_MODEL ASSIGN attempts                             # modelAction
  | slot string? ASSIGN (choice | expr)                 # assignAction
  | path (K_ONLY | K_ADD | K_WITHOUT) members           # changeAction
  | path K_ONLY K_WHERE expr                            # whereAction
  | path K_AT K_MOST expr                               # atMostAction
  ;
slot: notModel (DOT word)* | K_MODEL (DOT word)+;
members: path arguments? | list;

stop
  : K_DENY NUMBER string?          # deny
  | K_RESPOND string               # respond
  | K_ESCALATE name? string?       # escalate
  ;
attempts: attempt (COMMA K_THEN attempt)*;
attempt: (stop | choice | target) (K_ON list)?;
choice
  : K_CHOOSE (K_UP K_TO NUMBER)? targets K_BY target (COMMA target)* (K_OR K_NONE)?  # choose
  | K_SPLIT weights K_ON path targets                                                # split
  | K_SPLIT targets weights K_ON path                                                # split
  ;
weights: NUMBER (SLASH NUMBER)*;
targets: LBRACKET (target (COMMA target)* COMMA?)? RBRACKET;
target: path arguments?;

// ------------------------------------------------------------------------------------------------- expressions

expr
  : LPAREN expr RPAREN                                                                           # parenthesizedExpr
  | K_ARGMAX record (K_MARGIN NUMBER)? (K_TIES LBRACKET (name (COMMA name)* COMMA?)? RBRACKET)?  # argMaxExpr
  | path arguments                                                                               # callExpr
  | path                                                                                         # referenceExpr
  | NUMBER                                                                                       # numberExpr
  | string                                                                                       # stringExpr
  | (K_TRUE | K_FALSE)                                                                           # boolExpr
  | list                                                                                         # listExpr
  | record                                                                                       # recordExpr
  | ELLIPSIS                                                                                     # ellipsisExpr
  | expr QUESTION                                                                                # knownExpr
  | MINUS expr                                                                                   # negateExpr
  | expr (STAR | SLASH) expr                                                                     # productExpr
  | expr (PLUS | MINUS) expr                                                                     # sumExpr
  | expr (compareOp | K_IS | K_IN | K_HAS | K_ABOVE) expr                                        # relationExpr
  | K_NOT expr                                                                                   # notExpr
  | expr K_AND expr                                                                              # andExpr
  | expr K_OR expr                                                                               # orExpr
  | expr K_OR K_ELSE expr                                                                        # orElseExpr
  | <assoc=right> expr K_IF expr K_ELSE expr                                                     # conditionalExpr
  ;
compareOp: EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL;

list: LBRACKET (item (COMMA item)* COMMA?)? RBRACKET;
item: field | expr;
record: LBRACE (field COMMA?)* RBRACE;
arguments: LPAREN (argument (COMMA argument)* COMMA?)? RPAREN;
argument: field | value;
field: key COLON value;
key: word | MINUS? NUMBER | string;
value
  : compareOp expr  # bandValue
  | path string     # taggedValue
  | expr            # plainValue
  ;

// ------------------------------------------------------------------------------------------------- tests

testBody: LBRACE testClause* RBRACE;
testClause: (K_GIVEN | K_EXPECT) givens;
givens: LBRACE given* RBRACE;
given: path arguments? string? COLON expr NUMBER? COMMA?;
scenarioItem: K_STEP string? testBody | testClause;

// ------------------------------------------------------------------------------------------------- plans and graphs

planBody: planStep+ (K_ELSE planBody)?;
planStep
  : K_THEN? K_ASK (target | targets) planModifier*       # planAsk
  | K_THEN? K_PROBE (target | targets) planModifier*     # planProbe
  | K_THEN? K_CASE expr LBRACE planArm* RBRACE           # planCase
  | K_THEN? K_ANSWER path (LBRACKET NUMBER RBRACKET)?    # planAnswer
  | K_THEN? K_JUDGE target (K_OF path)?                  # planJudge
  | K_THEN? K_MAJORITY arguments?                        # planMajority
  | K_THEN? K_REPEAT NUMBER LBRACE planBody RBRACE       # planRepeat
  | K_ACCEPT K_WHEN expr                                 # planAccept
  | K_THEN? stop                                         # planStop
  ;
planModifier: K_WITH path | K_AS name | K_TIMES NUMBER;
planArm: (word | NUMBER) COLON planBody;

// A graph's body: any words, brackets balanced.
balanced: LBRACE balancedItem* RBRACE;
balancedItem
  : LBRACE balancedItem* RBRACE
  | LPAREN balancedItem* RPAREN
  | LBRACKET balancedItem* RBRACKET
  | ~(LBRACE | RBRACE | LPAREN | RPAREN | LBRACKET | RBRACKET)
  ;

// ------------------------------------------------------------------------------------------------- names

path: name (DOT word)*;
paths: path (COMMA path)*;
string: STRING | LONG_STRING;
word: name | hardKeyword;
// `name` and `notModel` both in full: a rule between would be one more node for each name.
name
  : IDENTIFIER
  | K_MODEL
  | K_POLICY | K_SERVES | K_UNDER | K_MODULE | K_USE | K_AS | K_LANGUAGE | K_PRIVATE | K_EXTERN | K_PROVIDER | K_ATTRIBUTE
  | K_INPUT | K_FROM | K_VERIFIED | K_CLAIM | K_BUDGET | K_PER | K_FOR | K_EACH | K_TABLE | K_BY | K_SIGNAL | K_SLOT
  | K_DEFAULTS | K_STRICT | K_TIER | K_FIRST | K_BEST | K_MARGIN | K_TIES | K_ROUTE | K_OVER | K_OTHERWISE | K_UNSERVED
  | K_ALWAYS | K_RULE | K_REQUIRE | K_POSSIBLE | K_PLAN | K_GRAPH | K_STATE | K_ON | K_FEEDBACK | K_TEST | K_SCENARIO
  | K_STEP | K_GIVEN | K_EXPECT | K_DENY | K_RESPOND | K_ESCALATE | K_ONLY | K_ADD | K_WITHOUT | K_WHERE | K_AT | K_MOST
  | K_CHOOSE | K_UP | K_TO | K_NONE | K_SPLIT | K_ARGMAX | K_SET | K_OF | K_ASK | K_PROBE | K_CASE | K_ANSWER | K_JUDGE
  | K_MAJORITY | K_ACCEPT | K_WITH | K_TIMES | K_REPEAT
  ;
notModel
  : IDENTIFIER
  | K_POLICY | K_SERVES | K_UNDER | K_MODULE | K_USE | K_AS | K_LANGUAGE | K_PRIVATE | K_EXTERN | K_PROVIDER | K_ATTRIBUTE
  | K_INPUT | K_FROM | K_VERIFIED | K_CLAIM | K_BUDGET | K_PER | K_FOR | K_EACH | K_TABLE | K_BY | K_SIGNAL | K_SLOT
  | K_DEFAULTS | K_STRICT | K_TIER | K_FIRST | K_BEST | K_MARGIN | K_TIES | K_ROUTE | K_OVER | K_OTHERWISE | K_UNSERVED
  | K_ALWAYS | K_RULE | K_REQUIRE | K_POSSIBLE | K_PLAN | K_GRAPH | K_STATE | K_ON | K_FEEDBACK | K_TEST | K_SCENARIO
  | K_STEP | K_GIVEN | K_EXPECT | K_DENY | K_RESPOND | K_ESCALATE | K_ONLY | K_ADD | K_WITHOUT | K_WHERE | K_AT | K_MOST
  | K_CHOOSE | K_UP | K_TO | K_NONE | K_SPLIT | K_ARGMAX | K_SET | K_OF | K_ASK | K_PROBE | K_CASE | K_ANSWER | K_JUDGE
  | K_MAJORITY | K_ACCEPT | K_WITH | K_TIMES | K_REPEAT
  ;
hardKeyword
  : K_WHEN | K_THEN | K_IF | K_ELSE | K_AND | K_OR | K_NOT | K_IS | K_IN | K_HAS | K_ABOVE | K_TRUE | K_FALSE
  ;
