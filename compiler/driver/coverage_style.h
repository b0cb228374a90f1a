// SPDX-License-Identifier: Apache-2.0
// How the coverage page looks: light and dark as the reader has it. Colour never says alone what it says.
#pragma once

#include <string_view>

namespace sbx::driver {

inline constexpr std::string_view kCoverageStyle = R"(
:root{--bg:#fbfbfa;--fg:#24292f;--soft:#66707a;--line:#e3e5e8;--card:#fff;--yes:#1a7f4b;--yes-bg:#dff5e7;--part:#9a6700;--part-bg:#fff2cc;
--no:#b42318;--no-bg:#fde3e0;--k:#0550ae;--s:#0a6640;--n:#6639ba;--c:#7a838c}
@media(prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#d8dee4;--soft:#8f99a3;--line:#2a3037;--card:#1b1f24;--yes:#57c98a;--yes-bg:#143325;
--part:#e0b03d;--part-bg:#3a2f10;--no:#ff8a7a;--no-bg:#43201c;--k:#79b8ff;--s:#7ee2a8;--n:#c9a4ff;--c:#7d8791}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1180px;margin:0 auto;padding:32px 24px 64px}
header{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px;position:relative}
h1{margin:0;font-size:22px}
h2{font-size:15px;margin:32px 0 10px}
.percent{position:absolute;right:24px;top:16px;margin:0;font-size:30px;font-weight:650;font-variant-numeric:tabular-nums}
.sub{margin:6px 0 0;color:var(--soft);max-width:calc(100% - 130px)}
.meters{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:20px;margin:18px 0 8px}
.meter{display:grid;grid-template-columns:1fr auto;gap:4px 12px}
.what{color:var(--soft)}
.bar{grid-column:1/-1;height:8px;border-radius:4px;background:var(--no-bg);overflow:hidden}
.bar i{display:block;height:100%;background:var(--yes)}
.gaps{list-style:none;margin:0;padding:0;columns:2 420px;column-gap:24px}
.gaps li{break-inside:avoid;padding:3px 0;border-bottom:1px solid var(--line)}
.gaps a{color:inherit;text-decoration:none}
.gaps a:hover code{text-decoration:underline}
.gaps small{color:var(--soft)}
.gaps .no,.gaps .part{border-radius:9px;padding:1px 8px;font-size:12px;white-space:nowrap}
.gaps .no{background:var(--no-bg);color:var(--no)}
.gaps .part{background:var(--part-bg);color:var(--part)}
.all{color:var(--yes);font-weight:600}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px}
pre{margin:0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 0;overflow-x:auto;line-height:1.6;tab-size:4}
.l{display:inline-block;min-width:100%;padding-right:24px;border-left:4px solid transparent}
.l.yes{border-left-color:var(--yes)}
.l.part{border-left-color:var(--part)}
.l.no{border-left-color:var(--no)}
.l:target{background:var(--line)}
.l:target .ln{color:var(--fg)}
.ln{display:inline-block;width:56px;padding-right:12px;margin-right:16px;text-align:right;color:var(--soft);text-decoration:none;user-select:none}
.l.yes .ln::before{content:"✓ ";color:var(--yes)}
.l.part .ln::before{content:"~ ";color:var(--part)}
.l.no .ln::before{content:"✗ ";color:var(--no)}
.p{border-radius:3px;padding:1px 0;cursor:help}
.p.yes{background:var(--yes-bg)}
.p.part{background:var(--part-bg);text-decoration:underline dotted var(--part);text-underline-offset:4px}
.p.no{background:var(--no-bg);text-decoration:underline wavy var(--no);text-underline-offset:4px}
.k{color:var(--k);font-weight:600}.s{color:var(--s)}.n{color:var(--n)}.c{color:var(--c);font-style:italic}
)";

}  // namespace sbx::driver
