import wayleave = require("wayleave");
import slim = require("wayleave/slim");

const policy: wayleave.Policy = wayleave.Policy.parse("wayleave: 1");
export const digest: string = policy.digest;
policy[Symbol.dispose]();
slim.initSync(new Uint8Array());
