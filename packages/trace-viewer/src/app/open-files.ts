import { openTraces } from '../state/open.ts';

/** Opens the files that a person chose or dropped. */
export function openFiles(files: FileList | null | undefined): void {
  if (files === null || files === undefined || files.length === 0) return;
  void openTraces([...files].map((file) => ({ name: file.name, from: file })));
}
