/** A file that was uploaded. */
export interface Upload {
  /** `files/<id>` */
  readonly name: string;
  readonly displayName: string | null;
  readonly mimeType: string;
  readonly bytes: Buffer;
  /** Base64. */
  readonly sha256: string;
  readonly createdAt: number;
}
