// What the tests decide: the README's policy, and one request.
export const POLICY = `wayleave: 1
deployments:
  azure-gpt:   { provider: azure, model: gpt-5.5, price: { input: 5.00, output: 30.00 } }
  bedrock-gpt: { provider: aws,   model: gpt-5.5, price: { input: 5.00, output: 30.00 } }
contracts:
  microsoft:
    term: { from: 2026-04-27, through: 2032-12-31 }
    clauses:
      - { id: azure-first, kind: first_refusal, holder: azure }
`;
export const REQUEST = { model: "gpt-5.5", input_tokens: 12000, max_output_tokens: 1000 };
export const WHEN = { at: "2026-11-22T10:00:00Z", seed: 7 };
