import './filmstrip.css';

/** Where the frames of a flow are shown. Empty until it is played. */
export function Filmstrip() {
  return <ol className="filmstrip" lang="en" dir="ltr" aria-label="The flow, one frame a step" />;
}

export interface Film {
  /** Begins a step: takes a frame of what the step before has led to. */
  step: (caption: string) => void;
  /** Takes the last frame, and shows them all. Until then they would be in the way of the flow's own queries. */
  end: () => void;
}

/** A still copy of an element. Its ids are its own, so that what refers to them finds those in the copy. */
function copyOf(scene: HTMLElement, prefix: string): HTMLElement {
  const copy = scene.cloneNode(true) as HTMLElement;
  const ids = new Set(Array.from(copy.querySelectorAll('[id]'), ({ id }) => id));
  for (const element of copy.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const reference = value.replace(/^url\((["']?)#(.*)\1\)$/, '$2').replace(/^#/, '');
      if (ids.has(reference)) element.setAttribute(name, value.replace(reference, prefix + reference));
    }
    if (element.getAttribute('role') === 'status') element.remove();
  }
  const fields = scene.querySelectorAll('input');
  copy.querySelectorAll('input').forEach((field, index) => {
    field.value = fields[index]?.value ?? '';
    field.removeAttribute('name');
  });
  return copy;
}

/** Films the scene of a flow, one frame a step. */
export function createFilm(canvasElement: HTMLElement): Film {
  const frames: HTMLElement[] = [];
  let caption = 'The user opens the page';
  const take = () => {
    const scene = canvasElement.querySelector<HTMLElement>('.scene');
    if (!scene) return;
    const number = frames.length + 1;
    const picture = document.createElement('div');
    picture.className = 'filmstrip-picture';
    picture.inert = true;
    picture.ariaHidden = 'true';
    picture.lang = document.documentElement.lang;
    picture.dir = document.documentElement.dir;
    picture.append(copyOf(scene, `frame-${number}-`));
    const text = document.createElement('p');
    text.textContent = `${number}. ${caption}`;
    const frame = document.createElement('li');
    frame.append(picture, text);
    frames.push(frame);
  };
  return {
    step(next) {
      take();
      caption = next;
    },
    end() {
      take();
      canvasElement.querySelector('.filmstrip')?.replaceChildren(...frames);
    },
  };
}
