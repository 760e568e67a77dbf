import { verifyCorpusShare } from './verify-corpus.ts';

verifyCorpusShare(0, 2);
