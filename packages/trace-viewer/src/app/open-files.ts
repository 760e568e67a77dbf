import { openTraces } from '../state/open.ts';
import { addTrouble } from '../state/runs.ts';

/** Opens the files that a person chose or dropped, and shows the first of them; tells what of them are folders. */
export async function openFiles(
  files: FileList | null | undefined,
  items: DataTransferItemList | null | undefined = null,
): Promise<void> {
  if (files === null || files === undefined || files.length === 0) return;
  const folders = foldersAmong(items);
  const chosen = [...files].filter(({ name }) => !folders.includes(name));
  await openTraces(
    chosen.map((file) => ({ name: file.name, from: file })),
    'the first',
  );
  for (const name of folders) addTrouble(`${name} is a folder. Next: drop the traces that are in it`);
}

/** The browser gives a folder as a file that cannot be read. */
function foldersAmong(items: DataTransferItemList | null | undefined): readonly string[] {
  return [...(items ?? [])].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry?.isDirectory === true ? [entry.name] : [];
  });
}
