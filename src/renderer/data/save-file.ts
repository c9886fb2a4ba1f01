/** Hands a text to the person as a file: the browser's download, the desktop's save dialog. */
export function saveTextFile(name: string, text: string, type = 'text/plain'): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  followDownload(address, name);
  // The browser has taken the address over once the click returned; it is released when the download surely began.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Downloads what an address answers, without leaving the page. */
export function followDownload(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
