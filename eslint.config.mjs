import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".pulumi-beam/", "examples/", "**/*.mjs", "**/*.cjs"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: { string: true } }],
      // Property bags are types: only of a type is it known that it holds nothing else.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_" }],
      // A component's value is the resources its constructor registers.
      "no-new": "off",
    },
  },
  {
    // Commands and setup talk to a person; components and lifecycles never write to the console.
    files: ["components/**", "provider/**", "stacks/**"],
    rules: { "no-console": "error" },
  },
  {
    files: ["test/**"],
    rules: {
      // mocha's `describe`/`it` callbacks may return promises by design.
      "@typescript-eslint/no-misused-promises": "off",
    },
  },
);
