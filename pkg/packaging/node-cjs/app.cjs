// What a user of the package writes.
const { Policy, PolicyError } = require("wayleave");

exports.Policy = Policy;
exports.PolicyError = PolicyError;

exports.decide = (policy, request, when) => Policy.parse(policy).decide(request, undefined, when);
