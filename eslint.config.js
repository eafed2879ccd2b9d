import js from "@eslint/js";

export default [
  { ignores: ["**/*.d.ts", ".venv*/", "build/", "dist/", "docs/", "clients/max/*.js"] },
  js.configs.recommended,
  {
    rules: {
      "no-undef": "off", // the type check finds undefined names
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-sequences": "error",
      "no-unused-expressions": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
];
