// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Starts the panel: one amplifier, one page.

import { Amp } from "./amp";
import { App } from "./app";
import "./parts/bars";
import "./parts/ear";
import "./parts/hold";
import "./parts/image";
import "./parts/keyboard";
import "./parts/knob";
import "./parts/loudness";
import "./parts/needle";
import "./parts/pin";
import "./parts/scope";
import "./parts/screen";
import "./pages/gate";
import "./pages/inputs";
import "./pages/meters";
import "./pages/settings";

const amp = new Amp();
const app = new App();
app.amp = amp;
document.getElementById("shell")?.replaceWith(app);
amp.start();
