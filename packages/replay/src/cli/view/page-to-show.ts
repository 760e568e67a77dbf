import { PageMissing, viewerPage } from '../../view/node/viewer-page.ts';
import { BadFile } from '../exit.ts';

/** The text of the viewer's page. Throws {@link BadFile}. */
export async function pageToShow(): Promise<string> {
  try {
    return await viewerPage();
  } catch (error) {
    throw error instanceof PageMissing ? new BadFile(error.message) : error;
  }
}
