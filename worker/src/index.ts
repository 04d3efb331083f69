// What is deployed: the gateway over the policy and the connections that lie beside it.
import connections from "../connections.yaml";
import policy from "../policy/policy.yaml";
import { authority } from "./authority.js";
import { gateway } from "./gateway.js";

// A policy of several sources names each, as it names its sheets: { "policy.yaml": policy, "prices/azure.csv": azure }.
const sources = { "policy.yaml": policy };

export default gateway({ policy: sources, connections });

/** The ledger, by the same policy. */
export class Authority extends authority(sources) {}
