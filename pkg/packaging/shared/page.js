import { probe } from "./probe.mjs";

globalThis.probe = (given) => probe(() => import("./app.js"), given);
