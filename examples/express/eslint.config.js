// @ts-check
export default [{ files: ["**/*.js"], rules: { eqeqeq: "error", "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] } }];
