import open from 'open';

/** Opens an address in the browser of whoever sits here. `failed` hears why that did not work, now or later. */
export async function openBrowser(address: string, failed: (why: string) => void): Promise<void> {
  try {
    const opener = await open(address);
    opener.on('exit', (code) => {
      if (code !== null && code !== 0) failed(`what opens it ended with exit code ${code}`);
    });
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
  }
}
