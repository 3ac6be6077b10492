/** Chinese sentences by their English ones; {0}, {1} and so on are the values in the order of the English sentence. */
export const chinese: Readonly<Record<string, string>> = {};
