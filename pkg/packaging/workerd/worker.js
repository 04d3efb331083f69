import { probe } from "./probe.mjs";

export default {
  async fetch(request) {
    const { tick, ...given } = await request.json();
    // The clock of a Worker moves on only when something from outside comes in.
    const outside = async () => void (await fetch(tick)).body?.cancel();
    return Response.json(await probe(() => import("./app.js"), given, outside));
  },
};
