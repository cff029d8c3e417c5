/** The AsyncAPI description as a page for people: no script, nothing loaded from elsewhere. */
import type { Shown } from './schema.js';

interface Message {
  readonly summary?: string;
  readonly payload: unknown;
}

interface Channel {
  readonly summary?: string;
  readonly description?: string;
  readonly messages: Readonly<Record<string, Message>>;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
}

export function socketPage(api: Shown): string {
  const channels = api['channels'] as unknown as Readonly<Record<string, Channel>>;
  const operations = api['operations'] as unknown as Readonly<Record<string, Operation>>;
  const info = api['info'] as unknown as { readonly version: string; readonly description: string };
  const sections = Object.entries(channels).map(([name, channel]) => section(name, channel, operations[name]));
  const links = Object.keys(channels).map((name) => `<li><a href="#${anchor(name)}">${escape(name)}</a></li>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Backseat: sockets</title><style>${style}</style>
<nav><h1>Sockets</h1><p><a href="/docs">HTTP</a> · <a href="/docs/asyncapi.json">asyncapi.json</a></p><ul>${links.join('')}</ul></nav>
<main><p>Version ${escape(info.version)}. ${code(info.description)}</p>${sections.join('\n')}</main></html>`;
}

function section(name: string, { summary, description, messages }: Channel, operation: Operation | undefined): string {
  const parts = Object.entries(messages).map(
    ([title, message]) =>
      `<h3>${escape(title)}</h3>${paragraph(message.summary)}<details><summary>schema</summary><pre>${escape(JSON.stringify(message.payload, null, 1))}</pre></details>`,
  );
  const texts = [operation?.summary ?? summary, description, operation?.description].map(paragraph);
  return `<section id="${anchor(name)}"><h2>${escape(name)}</h2>${texts.join('')}${parts.join('')}</section>`;
}

function paragraph(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `<p>${code(text).replaceAll('\n', '<br>')}</p>`;
}

/** Text with `…` set as code. */
function code(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function anchor(name: string): string {
  return encodeURIComponent(name);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:flex;color:#1c2733;background:#fff}
nav{width:22rem;padding:1rem;position:sticky;top:0;height:100vh;overflow:auto;box-sizing:border-box;background:#f2f5f8}
nav ul{list-style:none;padding:0;font-size:.85rem}main{max-width:56rem;padding:1rem 2rem}section{border-top:1px solid #d5dde5}
h1{font-size:1.3rem}h2{font-size:1.1rem}h3{font-size:.95rem;margin:.5rem 0 0}p{margin:.3rem 0}pre{background:#f2f5f8;padding:.7rem;overflow:auto;font-size:.8rem}`;
