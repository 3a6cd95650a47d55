/** What the operating system says, in words for people. */

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of this name is in the way',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links go round in a circle',
  EBUSY: 'it is in use',
  EIO: 'the device reported an error',
};

/** Code and words of an error of the file system; `undefined` for errors of any other origin. */
export function reasonOf(error: unknown): { readonly code: string; readonly text: string } | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (!('syscall' in error)) return undefined;
  return { code: error.code, text: sentences[error.code] ?? error.code };
}
