/** What a field is for, in words, and a value that it could have. */
export interface FieldDescription {
  readonly description: string;
  readonly example: unknown;
}

/** The fields of one object by their names, those of older versions too. */
export type FieldDescriptions = Readonly<Record<string, FieldDescription>>;
