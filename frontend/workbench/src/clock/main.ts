/** Entry of the pages' clock; the workbench's page loads it beside the workbench. */

import { Clock } from "./clock.ts";

customElements.define("rubrica-clock", Clock);
