import { useEffect, useId, useState } from 'react';
import mermaid from 'mermaid';

/** A Mermaid diagram, drawn in the page. */
export function ChartDiagram({ text, label }: { text: string; label: string }) {
  const id = `chart${useId().replaceAll(/[^a-zA-Z0-9]/g, '')}`;
  const [svg, setSvg] = useState('');

  useEffect(() => {
    let current = true;
    const dark = document.documentElement.dataset.theme === 'dark';
    mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'neutral' });
    void mermaid.render(id, text).then((drawn) => {
      if (current) setSvg(drawn.svg);
    });
    return () => {
      current = false;
    };
  }, [id, text]);

  return <div role="img" aria-label={label} data-drawn={svg !== ''} dangerouslySetInnerHTML={{ __html: svg }} />;
}
