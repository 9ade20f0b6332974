/** What a person, or a program, reads at the end of a run: each a pure function of the run's record. */
export { comparisonJson } from './comparison-json.ts';
export { renderHtml } from './html/page.ts';
export { renderMarkdown } from './markdown/render.ts';
export { renderPybench } from './pybench.ts';
export { renderTerminal } from './terminal/render.ts';
