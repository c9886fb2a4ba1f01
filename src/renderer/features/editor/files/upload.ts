import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { formatBytes, toast } from '../../../ui/index.ts';

/** A megabyte before base64, well below the contract's limit for one piece. */
const pieceBytes = 1_000_000;

/** Puts a file into the files folder piece by piece; answers the path a config takes. Undefined after a failure, which is told. */
export async function uploadFile(
  file: File,
  onProgress: (share: number) => void = () => undefined,
): Promise<string | undefined> {
  const uploadId = crypto.randomUUID();
  let offset = 0;
  try {
    for (;;) {
      const end = Math.min(offset + pieceBytes, file.size);
      const base64 = await toBase64(file.slice(offset, end));
      const { path } = await client.editor.upload({
        uploadId,
        name: file.name,
        offset,
        base64,
        last: end === file.size,
      });
      offset = end;
      onProgress(file.size === 0 ? 1 : offset / file.size);
      if (path !== null) {
        toast.success(`Added ${path}`, { description: `${formatBytes(file.size)} in the files folder` });
        return path;
      }
    }
  } catch (error) {
    toast.error(`${file.name} could not be added.`, { description: callError(error).message });
    return undefined;
  }
}

function toBase64(piece: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(new Error('The file could not be read.'));
    reader.readAsDataURL(piece);
  });
}
