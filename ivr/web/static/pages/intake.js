/** To come. */

import { html } from "htm/preact";

export default function Page() {
  return html`<main class="page"></main>`;
}
