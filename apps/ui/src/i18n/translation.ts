import type { en } from './en';

type Words<T> = { [Key in keyof T]: T[Key] extends string ? string : Words<T[Key]> };

/** What a language has to say: a key that is missing, or that English does not have, is an error of types. */
export type Translation = Words<typeof en>;
