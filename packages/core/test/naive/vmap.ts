/** A vmap region, page by page, as the rules VMAP-1 to VMAP-10 say it. */
export class NaiveVmap {
  readonly pages: number;
  readonly taken: boolean[] = [];
  low = 0;
  top = 0;

  constructor(pages: number) {
    this.pages = pages;
  }

  init(): void {
    this.low = Math.ceil(Math.ceil(this.pages / 8) / 4096);
    this.top = Math.ceil(Math.ceil(this.low / 8) / 4096) * 32_768;
    for (let page = 0; page < this.low; page++) this.taken[page] = true;
  }

  take(pages: number): number | null {
    for (;;) {
      const found = this.search(pages);
      if (found !== null) {
        this.mark(found, pages);
        return found;
      }
      if (!this.grow()) return null;
    }
  }

  takeAt(page: number, pages: number): boolean {
    const first = this.search(pages);
    if (page < 1 || page + pages > this.pages || (first !== null && page < first)) return false;
    while (this.top < Math.min(page + pages + 1, this.pages)) this.grow();
    for (let at = page - 1; at <= page + pages; at++) if (this.isTaken(at)) return false;
    this.mark(page, pages);
    return true;
  }

  sizeAt(page: number): number {
    if (page < 1 || page * 4096 < Math.floor(this.pages / 8)) return 0;
    if (!this.isTaken(page) || this.isTaken(page - 1)) return 0;
    let end = page;
    while (this.isTaken(end)) end++;
    return end - page;
  }

  release(page: number): void {
    if (page < this.low) {
      this.low = page - 1;
      while (!this.isTaken(this.low - 1)) this.low--;
    }
    for (let at = page; this.isTaken(at); at++) this.taken[at] = false;
  }

  private isTaken(page: number): boolean {
    return page < this.top && this.taken[page] === true;
  }

  private search(pages: number): number | null {
    let start = this.low;
    while (start < this.top) {
      let next = start + 1;
      while (next < this.top && !this.isTaken(next)) next++;
      start++;
      if (next < this.top ? start + pages < next : start + pages <= this.top && start < this.top) return start;
      if (next >= this.top) return null;
      start = next + 1;
      while (this.isTaken(start)) start++;
    }
    return null;
  }

  private grow(): boolean {
    if (this.top >= this.pages) return false;
    this.top = Math.min(this.top + 32_768, this.pages);
    return true;
  }

  private mark(page: number, pages: number): void {
    for (let at = page; at < page + pages; at++) this.taken[at] = true;
    if (page <= this.low + 2) this.low = page + pages;
  }
}
