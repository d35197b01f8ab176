import { type BrowserContextOptions, test as base, expect } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';
import { Trouble } from './trouble.ts';

interface Kit {
  /** A fresh server of this story's own: nobody has signed up yet. */
  server: Server;
  /** Somebody new, signed up through the screen, in a browser of their own. */
  person: (name: string, options?: BrowserContextOptions) => Promise<Person>;
  /** The same somebody on another device, signed in. */
  otherDevice: (person: Person, options?: BrowserContextOptions) => Promise<Person>;
  /** A browser in which nobody has signed in yet. */
  stranger: (name: string, options?: BrowserContextOptions) => Promise<Person>;
}

export const test = base.extend<Kit>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture uses from its pattern
  server: async ({}, use, info) => {
    const server = await Server.create();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('server', { body: server.said(), contentType: 'text/plain' });
    await server.remove();
  },

  stranger: async ({ browser, server }, use) => {
    const all: { who: Person; trouble: Trouble }[] = [];
    await use(async (name, options) => {
      const context = await browser.newContext(options);
      const trouble = new Trouble();
      await trouble.watch(context);
      const who = new Person(name, context, server, trouble, await context.newPage());
      all.push({ who, trouble });
      return who;
    });
    for (const { who } of all) await who.context.close();
    const found = all.flatMap(({ who, trouble }) => trouble.all().map((text) => `${who.name}: ${text}`));
    expect(found, 'what the browsers complained about').toEqual([]);
  },

  person: async ({ stranger }, use) => {
    await use(async (name, options) => {
      const who = await stranger(name, options);
      await who.signUp();
      return who;
    });
  },

  otherDevice: async ({ stranger }, use) => {
    await use(async (person, options) => {
      const who = await stranger(person.name, options);
      await who.signIn();
      return who;
    });
  },
});

export { expect };
