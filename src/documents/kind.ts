/** What identifies a kind of document, apart from its contents. */
import type { ZodType } from 'zod';

/** A kind of document. zod is heavy, so its schema is loaded only when a document is read or published. */
export interface DocumentKind<T> {
  /** As in `mixplan schema NAME`: `fit`. */
  readonly name: string;
  /** Counts changes that readers must know of; the document carries `mixplan.NAME/VERSION`. */
  readonly version: number;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly load: () => Promise<ZodType<T>>;
}

/** The value of a document's `schema` field: `mixplan.fit/1`. */
export function schemaId(kind: Pick<DocumentKind<unknown>, 'name' | 'version'>): string {
  return `mixplan.${kind.name}/${kind.version}`;
}
