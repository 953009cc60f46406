/** What I am doing, and the menu to change it. Asked for during a call, it comes next. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { named, t } from "../core/i18n.js";
import { send } from "../core/http.js";
import { unlock } from "../core/ring.js";
import { act, agent, changed, choices, connected, ringing } from "../core/store.js";
import { Act, Icon, Since, StateMark } from "./basics.js";

/** Ask the server for another state of this agent. */
export function askState(body, key = `state-${body.state}`) {
  const { agent: name, version } = agent.value;
  return act(key, () => send(`/agents/${encodeURIComponent(name)}/state`, body, { version }), changed(agent));
}

/** The first thing in the header. */
export function StateButton() {
  const [open, setOpen] = useState(false);
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const away = (event) => ref.current?.contains(event.target) || setOpen(false);
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, []);
  const ring = ringing.value?.offer;
  useEffect(() => setOpen(false), [ring]); // the caller must be seen
  const mine = agent.value;
  if (!mine) return null;
  const pick = (body) => {
    setOpen(false);
    if (body.state === "available") unlock();
    void askState(body);
  };
  const onKeyDown = (event) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    ref.current?.querySelector("button")?.focus();
  };
  return html`<div class="menu" ref=${ref} onKeyDown=${onKeyDown}>
    ${mine.state === "offline"
      ? html`<${Act} act="state-available" kind="good" icon="check" label=${t("state.go_ready")} onClick=${() => pick({ state: "available" })} />`
      : null}
    <button type="button" class="state" data-state=${cutOff(mine)} aria-expanded=${open} aria-haspopup="true" onClick=${() => setOpen(!open)}>
      ${connected.value
        ? html`<${StateMark} state=${mine.state} reason=${mine.reason}><${Since} at=${mine.since} /><//>`
        : html`<span class="mark"><${Icon} name="alert" /><span>${t("state.unknown")}</span></span>`}
      <${Icon} name="down" />
    </button>
    ${mine.next && html`<span class="next">${t("state.next")} <${StateMark} state=${mine.next} reason=${mine.next_reason} /></span>`}
    ${open && html`<${Choices} pick=${pick} />`}
  </div>`;
}

const cutOff = (mine) => (connected.value ? mine.state : "unknown");

function Choices({ pick }) {
  const breaks = choices("breaks");
  return html`<div class="choices" role="group" aria-label=${t("state.change")}>
    <${Act} act="state-available" icon="check" label=${t("state.available")} onClick=${() => pick({ state: "available" })} />
    ${breaks.map((reason) => html`<${Act} key=${reason} act=${`state-break-${reason}`} icon="cup" label=${`${t("state.break")}: ${named("break", reason)}`}
      onClick=${() => pick({ state: "break", reason })} />`)}
    <${Act} act="state-offline" icon="power" label=${t("state.offline")} onClick=${() => pick({ state: "offline" })} />
  </div>`;
}
