import { HtmlRspackPlugin } from '@rspack/core';

export default {
  entry: './src/main.ts',
  output: { filename: '[name].[contenthash].js', clean: true },
  resolve: { extensions: ['.ts', '.js'] },
  module: { rules: [{ test: /\.ts$/, loader: 'builtin:swc-loader' }] },
  plugins: [new HtmlRspackPlugin({ template: 'index.html' })],
  devServer: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
};
