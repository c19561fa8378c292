/** Tells the person who waits what is going on. */
export type Report = (line: string) => void;
