/** An import knows the id alone: the engine remembers nothing yet of what it asks for. */
export function isImport(outputs: object): boolean {
  return Object.keys(outputs).length === 0;
}
