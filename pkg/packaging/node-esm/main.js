import { readFileSync } from "node:fs";
import { probe } from "./probe.mjs";

const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await probe(() => import("./app.js"), given)));
