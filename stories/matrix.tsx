import { useEffect, useRef } from 'react';
import { CibaProvider } from 'react-ciba';
import loginMeta, * as loginStories from './ciba-login.stories.js';
import errorsMeta, * as errorStories from './errors.stories.js';
import { directionOf, messagesOf } from './locales.js';
import { StoryLogin } from './login.js';
import './matrix.css';
import { leaveFocus, picturesOf, settle } from './pictures.js';

const pictures = new Map(
  [...picturesOf(loginMeta.args, loginStories), ...picturesOf(errorsMeta.args, errorStories)].map((picture) => [
    picture.title,
    picture,
  ]),
);

/** What a matrix can show, by the names of the stories. */
export const STATES = [...pictures.keys()];

export interface MatrixProps {
  /** One of the stories of a login. */
  state: string;
  /** In pixels. */
  widths: readonly number[];
  themes: readonly ('light' | 'dark')[];
  /** Language tags. */
  languages: readonly string[];
}

const nameOf = (tag: string) => new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;

function Cells({ state, widths, themes, languages }: MatrixProps) {
  const table = useRef<HTMLDivElement>(null);
  const picture = pictures.get(state);

  useEffect(() => {
    let current = true;
    const play = async () => {
      for (const cell of table.current?.querySelectorAll<HTMLElement>('[data-cell]') ?? []) {
        if (!current) return;
        await picture?.story.play?.({ canvasElement: cell });
        settle(cell);
      }
      leaveFocus();
    };
    void play();
    return () => {
      current = false;
    };
  }, [picture]);

  return (
    <div ref={table}>
      {languages.flatMap((language) =>
        themes.map((theme) => (
          <div className="matrix-row" key={language + theme} data-theme={theme}>
            {widths.map((width) => (
              <figure key={width}>
                <figcaption lang="en" dir="ltr">
                  {nameOf(language)}, {theme}, {width} px
                </figcaption>
                <div data-cell="" lang={language} dir={directionOf(language)} style={{ inlineSize: width }}>
                  <CibaProvider messages={messagesOf(language)}>
                    {picture && <StoryLogin {...picture.args} still />}
                  </CibaProvider>
                </div>
              </figure>
            ))}
          </div>
        )),
      )}
    </div>
  );
}

/** One state at every width, in every theme and every language that one asks for. */
export function Matrix(props: MatrixProps) {
  return <Cells key={JSON.stringify(props)} {...props} />;
}
