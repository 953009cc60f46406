/** Hearing a recording: why, then both sides beside each other with what happened. It never begins by itself. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { personName } from "../core/catalogue.js";
import { clock } from "../core/format.js";
import { read, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { isField } from "../core/keys.js";
import { say, sayProblem } from "../core/store.js";
import { Icon } from "./basics.js";
import { Lanes } from "./lanes.js";
import { Field, Options } from "./ticketbits.js";

const STEP_S = 5;
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const SHORTEST = 3;
const LONGEST = 200;
let lastReason = ""; // whoever goes through many of them has one reason

/** row: of GET /recordings/{recording}. */
export function Player({ row }) {
  const [heard, setHeard] = useState(/** @type {any} */ (null));
  const path = `/recordings/${encodeURIComponent(row.id)}`;
  const ask = async (/** @type {string} */ reason) => {
    const pass = await send(`${path}/plays`, { reason });
    setHeard({ url: pass.url, reason });
    return pass;
  };
  if (!heard) return html`<${Why} ask=${ask} />`;
  return html`<${Sound} row=${row} url=${heard.url} renew=${() => ask(heard.reason)} />`;
}

/** Who hears something says why; it is written down before anything is heard. */
function Why({ ask }) {
  const [reason, setReason] = useState(lastReason);
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await ask(reason.trim());
      lastReason = reason.trim();
    } catch (problem) {
      setBusy(false);
      sayProblem(problem);
    }
  };
  return html`<form class="row why" onSubmit=${onSubmit}><${Field} label=${t("rec.why")} hint=${t("rec.written")}>
      <input name="reason" value=${reason} maxlength=${LONGEST} onInput=${(event) => setReason(event.target.value)} /><//>
    <button type="submit" class="good" data-act="open" disabled=${busy || reason.trim().length < SHORTEST}>${t("rec.open")}</button></form>`;
}

/** What the element that plays does: where it is, whether it plays, and its buttons. */
function usePlaying(row, url, renew) {
  const sound = useRef(/** @type {any} */ (null));
  const [state, setState] = useState({ at: 0, playing: false, speed: 1 });
  const back = useRef(/** @type {any} */ (null)); // where it was when its pass ran out
  const learn = () => setState((before) => ({ ...before, at: sound.current?.currentTime ?? 0, playing: !(sound.current?.paused ?? true) }));
  const seek = (/** @type {number} */ to) => {
    sound.current.currentTime = Math.max(0, Math.min(row.seconds, to));
    learn();
  };
  // From where it is, not from where it was drawn last: keys come faster than that.
  const move = (/** @type {number} */ by) => seek(sound.current.currentTime + by);
  const toggle = () => (sound.current.paused ? sound.current.play().catch(sayProblem) : sound.current.pause());
  const faster = (/** @type {number} */ speed) => {
    sound.current.playbackRate = speed;
    setState((before) => ({ ...before, speed }));
  };
  // A pass is good for minutes, a recording may last an hour: ask for another one and go on there.
  const lost = () => {
    if (back.current) return void (back.current = null, say("error", t("rec.unheard")));
    back.current = { at: sound.current.currentTime, playing: state.playing, speed: state.speed };
    renew().catch(sayProblem);
  };
  const ready = () => {
    const was = back.current;
    back.current = null;
    if (!was) return;
    seek(was.at);
    sound.current.playbackRate = was.speed;
    if (was.playing) sound.current.play().catch(sayProblem);
  };
  const hears = { onTimeUpdate: learn, onPlay: learn, onPause: learn, onEnded: learn, onSeeked: learn, onError: lost, onLoadedMetadata: ready };
  return { ...state, seek, move, toggle, faster, element: html`<audio ref=${sound} src=${url} preload="auto" ...${hears}></audio>` };
}

function Sound({ row, url, renew }) {
  const playing = usePlaying(row, url, renew);
  const peaks = usePeaks(row, url);
  const { at, seek, move, toggle } = playing;
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isField(event.target) || document.querySelector("dialog[open]")) return;
      const step = { ArrowLeft: -STEP_S, ArrowRight: STEP_S }[event.key];
      if (!step) return;
      event.preventDefault();
      move(step);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [row.id]);
  return html`<div class="player">${playing.element}
    <${Lanes} row=${row} sides=${peaks} at=${at} seek=${seek} />
    <div class="row"><button type="button" class="good" data-act="play" aria-pressed=${playing.playing} onClick=${toggle}><${Icon} name=${playing.playing ? "pause" : "play"} /> ${t(playing.playing ? "rec.pause" : "rec.play")}</button>
      <button type="button" data-act="back" onClick=${() => move(-STEP_S)}>${t("rec.back", { n: STEP_S })}</button><button type="button" data-act="on" onClick=${() => move(STEP_S)}>${t("rec.on", { n: STEP_S })}</button>
      <output class="clock" data-at=${at.toFixed(2)}>${clock(at)} / ${clock(row.seconds)}</output>
      <label class="by">${t("rec.speed")}<select name="speed" value=${playing.speed} onChange=${(event) => playing.faster(Number(event.target.value))}><${Options} of=${SPEEDS.map((speed) => [speed, `${speed}×`])} /></select></label>
      <span class="grow"></span><span class="hint">${t("rec.keys", { n: STEP_S })}</span></div>
    ${row.marks.length > 0 && html`<ul class="marks" aria-label=${t("rec.marks")}>${row.marks.map((mark, n) => html`<li key=${n}><button type="button" class="plain" data-mark=${mark.kind} onClick=${() => seek(mark.begin)}>
      <span class="swatch" aria-hidden="true"></span>${clock(mark.begin)}–${clock(mark.end)} ${t(`rec.mark.${mark.kind}`)}${mark.who && ` · ${personName(mark.who)}`}</button></li>`)}</ul>`}</div>`;
}

/** How loud each side is; without it the lanes are empty and the sound plays all the same. */
function usePeaks(row, url) {
  const [sides, setSides] = useState(/** @type {number[][]} */ ([]));
  useEffect(() => {
    let here = true;
    const pass = new URL(url, location.href).searchParams.get("pass") ?? "";
    read(`/recordings/${encodeURIComponent(row.id)}/peaks?pass=${encodeURIComponent(pass)}`).then(
      (found) => here && setSides(found.sides),
      sayProblem,
    );
    return () => void (here = false);
  }, [row.id]);
  return sides;
}
