import { Canvas, Unstyled } from '@storybook/addon-docs/blocks';
import './for-designers.css';

interface Stop {
  title: string;
  text: string;
  /** A page or a story of this Storybook. */
  path: string;
}

const TOUR: readonly Stop[] = [
  {
    title: 'See every state',
    text: 'All screens of a sign-in on one page, from the first field to the last error.',
    path: '/story/overview-all-states--all-states',
  },
  {
    title: 'Find your way',
    text: 'The state map: which screen follows which, and why.',
    path: '/story/overview-state-map--map',
  },
  {
    title: 'Watch a sign-in',
    text: 'Approved, denied, expired, offline, in two tabs: each flow with a film of it, one frame a step.',
    path: '/story/states-flows--denied-then-approved',
  },
  {
    title: 'Check it everywhere',
    text: 'The matrix: any state at any width, in light and dark, in eight languages.',
    path: '/story/overview-matrix--any-state',
  },
  {
    title: 'Make it yours',
    text: 'Pick an accent, a surface, a radius and a font. Compare light and dark, check the contrast, take it away.',
    path: '/story/themes-theme-builder--builder',
  },
  {
    title: 'Take the tokens',
    text: 'Every color, size, font and duration, in light and dark, with its custom property.',
    path: '/story/tokens-all-tokens--colors',
  },
];

const PROMISES: readonly (readonly [title: string, text: string])[] = [
  ['One object', 'The dial stays in one place and of one size, and always shows the one thing that matters now.'],
  ['Nothing jumps', 'Card, title and buttons stay where they are. What appears takes a place that was kept for it.'],
  ['One filled button', 'At most one. While the user has to act on the phone, there is none.'],
  ['One color in', 'You set the accent. Text, hover, links, focus and the dial follow, readable for any color.'],
  ['Never by color alone', 'Spent time has shorter ticks. Only an approval closes the ring.'],
  ['Nobody is left out', 'Light, dark, forced colors, reduced motion, right-to-left, eight languages, from 320 px on.'],
];

const SECTIONS: readonly (readonly [title: string, text: string])[] = [
  ['Overview', 'All screens at once, and a playground with a phone, where you change what happens.'],
  ['States', 'Each screen alone, by what the user sees, and flows from screen to screen.'],
  ['Themes', 'The Theme Builder, three example themes, and two sign-ins that share nothing with the built-in look.'],
  ['Tokens', 'What a theme can set.'],
  ['Components', 'What developers use: each component with its props, parts and texts.'],
  ['Engineering', 'Guides for developers, and the statechart behind the screens.'],
];

/** What a designer sees first. The story is the screen that the page shows. */
export function ForDesignersPage({ story }: { story: object }) {
  return (
    <>
      <Unstyled>
        <div className="for-designers">
          <h1>For designers</h1>
          <p className="lead">
            A sign-in without a password: the user approves it on the phone. This is every screen of it, in your colors
            if you like. The toolbar above switches theme, example brand, direction and language.
          </p>
          <h2>The tour, in five minutes</h2>
          <ol className="tour">
            {TOUR.map(({ title, text, path }) => (
              <li key={path}>
                <a href={`./?path=${path}`} target="_top">
                  {title}
                </a>
                <p>{text}</p>
              </li>
            ))}
          </ol>
          <h2>The screen that people remember</h2>
        </div>
      </Unstyled>
      <Canvas of={story} sourceState="none" story={{ autoplay: true }} />
      <Unstyled>
        <div className="for-designers">
          <h2>What you can count on</h2>
          <dl className="promises">
            {PROMISES.map(([title, text]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          <h2>Where things are</h2>
          <dl className="sections">
            {SECTIONS.map(([title, text]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Unstyled>
    </>
  );
}
