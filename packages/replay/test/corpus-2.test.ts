import { verifyCorpusShare } from './verify-corpus.ts';

verifyCorpusShare(1, 2);
