import { config } from 'zod';
import { answerQuestions } from '../remote/answer.ts';
import type { Port } from '../remote/messages.ts';
import { Engine } from './engine.ts';
import { handlers } from './handlers.ts';

// The page's policy forbids to evaluate code, which zod otherwise tries.
config({ jitless: true });

// The global scope of a worker is the inner end of its channel; the types know that of the page only.
answerQuestions(globalThis as unknown as Port, new Engine(), handlers);
