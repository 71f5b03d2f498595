import react from '@vitejs/plugin-react';

export default {
  plugins: [react()],
  build: {
    rollupOptions: {
      input: ['index.html', 'src/service-worker.ts'],
      output: {
        // A worker rules the folder that it is served from, and browsers know it by its name.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
};
